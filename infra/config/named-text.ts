/** A file's name, for its errors, and its text. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}
