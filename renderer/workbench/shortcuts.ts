import { places } from './places.ts';

/** What the keyboard does, as the settings screen lists it. */
export const shortcuts: readonly { readonly keys: string; readonly does: string }[] = [
  { keys: 'Ctrl K', does: 'Search commands, studies and runs' },
  ...places.map(({ key, text }) => ({ keys: `g ${key}`, does: `Go to ${text}` })),
  { keys: 'n', does: 'New study' },
  { keys: 'Ctrl Enter', does: 'Submit the study that is being designed' },
  { keys: 'Esc Tab', does: 'Leave the study file by keyboard' },
  { keys: '/', does: 'Filter the table of runs' },
  { keys: '↑ ↓', does: 'Move in the table of runs' },
  { keys: 'Space', does: 'Select the run under the cursor' },
  { keys: 'Enter', does: 'Open the run under the cursor' },
  { keys: '← →', does: 'Close or open the group under the cursor' },
  { keys: 'Esc', does: 'Close what is open' },
];

const sequenceMs = 1200;

/** Keys pressed one after the other outside of text fields; `g s` goes to the studies. */
export class KeySequence {
  #lastG = -Infinity;

  /** The address a key leads to, if any. */
  press(event: Pick<KeyboardEvent, 'key' | 'timeStamp'>): string | undefined {
    const follows = event.timeStamp - this.#lastG < sequenceMs;
    this.#lastG = event.key === 'g' ? event.timeStamp : -Infinity;
    return follows ? places.find((place) => place.key === event.key)?.href : undefined;
  }
}

/** Whether a key belongs to the field it is typed into. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
