import { describeError } from './describe-error.ts';

/** Something asked of the host by a person: whether it is under way, and why it last failed. */
export class Action<Arguments extends readonly unknown[] = []> {
  busy = $state(false);
  failure = $state.raw<string | undefined>(undefined);
  readonly #act: (...given: Arguments) => Promise<unknown>;

  constructor(act: (...given: Arguments) => Promise<unknown>) {
    this.#act = act;
  }

  readonly run = async (...given: Arguments): Promise<boolean> => {
    if (this.busy) return false;
    this.busy = true;
    this.failure = undefined;
    try {
      await this.#act(...given);
      return true;
    } catch (error) {
      this.failure = describeError(error);
      return false;
    } finally {
      this.busy = false;
    }
  };
}
