/** Hands a text to the browser as a file to save. */
export function saveFile(file: {
  readonly fileName: string;
  readonly text: string;
  readonly type: string;
}): void {
  const address = URL.createObjectURL(new Blob([file.text], { type: file.type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = file.fileName;
  link.click();
  // Revoked later: the download reads the address after the click returns.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
