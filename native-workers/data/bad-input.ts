/** What a stage was given cannot be used: a person has to act, trying again does not help. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}
