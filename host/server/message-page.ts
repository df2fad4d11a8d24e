/** A page that says one thing. `message` is ours and holds no markup. */
export function messagePage(message: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Redoubt</title>
<style>
  body { font: 16px/1.6 system-ui, sans-serif; max-width: 34rem; margin: 18vh auto; padding: 0 1.5rem }
  h1 { font-size: 1.1rem; letter-spacing: .02em }
  a { color: inherit }
</style>
<h1>Redoubt</h1>
<p>${message}</p>
<p><a href="/">Open the workbench</a></p>
</html>
`;
}
