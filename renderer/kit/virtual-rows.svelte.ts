import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualItem,
} from '@tanstack/virtual-core';

/** Which of many equally high rows are in sight. */
export class VirtualRows {
  items = $state.raw<readonly VirtualItem[]>([]);
  totalHeight = $state(0);
  #virtualizer: Virtualizer<HTMLElement, HTMLElement> | undefined;
  readonly #rowHeight: number;
  readonly #headHeight: number;

  constructor(rowHeight: number, headHeight: number) {
    this.#rowHeight = rowHeight;
    this.#headHeight = headHeight;
  }

  /** Watches a scrolling element until the returned function is called. */
  attach(element: HTMLElement, count: () => number): () => void {
    const virtualizer = new Virtualizer<HTMLElement, HTMLElement>({
      count: count(),
      getScrollElement: () => element,
      estimateSize: () => this.#rowHeight,
      overscan: 12,
      // The heading sticks to the top and covers as much.
      scrollPaddingStart: this.#headHeight,
      scrollToFn: elementScroll,
      observeElementRect,
      observeElementOffset,
      onChange: () => this.#read(),
    });
    this.#virtualizer = virtualizer;
    const unmount = virtualizer._didMount();
    virtualizer._willUpdate();
    this.#read();
    return () => {
      unmount();
      this.#virtualizer = undefined;
    };
  }

  setCount(count: number): void {
    const virtualizer = this.#virtualizer;
    if (virtualizer === undefined) return;
    virtualizer.setOptions({ ...virtualizer.options, count });
    virtualizer._willUpdate();
    this.#read();
  }

  show(index: number): void {
    this.#virtualizer?.scrollToIndex(index, { align: 'auto' });
  }

  #read(): void {
    this.items = this.#virtualizer?.getVirtualItems() ?? [];
    this.totalHeight = this.#virtualizer?.getTotalSize() ?? 0;
  }
}
