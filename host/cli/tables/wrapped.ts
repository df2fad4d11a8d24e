const widest = 100;

/** Text broken at spaces to fit the terminal. */
export function wrapped(text: string, width = Math.min(widest, process.stdout.columns || widest)): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
