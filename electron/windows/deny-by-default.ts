import type { App, AppSession, Contents, NavigationEvent } from '../electron-api.ts';

/** The only permission a page needs: copying a table or a path. Reading the clipboard is not among them. */
const granted: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);
const ownData: ReadonlySet<string> = new Set(['data:', 'blob:', 'devtools:']);

/**
 * Everything that leads out of the host's own pages is refused: navigation, new windows, embedded views, permissions,
 * devices, and every request to another address. `origin` is asked anew each time: a restarted host may have another.
 */
export function denyByDefault(app: App, session: AppSession, origin: () => string | undefined): void {
  const isOwn = (url: string): boolean => URL.canParse(url) && originOf(url) === origin();
  app.on('web-contents-created', (_event, contents) => {
    confine(contents, isOwn);
  });
  session.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl }) => {
    answer(granted.has(permission) && isOwn(requestingUrl));
  });
  session.setPermissionCheckHandler(
    (_contents, permission, requestingOrigin) => granted.has(permission) && isOwn(requestingOrigin),
  );
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    answer({ cancel: !isOwn(url) && !ownData.has(protocolOf(url)) });
  });
}

function confine(contents: Contents, isOwn: (url: string) => boolean): void {
  const refuseOthers = (event: NavigationEvent): void => {
    if (!isOwn(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', refuseOthers);
  contents.on('will-frame-navigate', refuseOthers);
  contents.on('will-redirect', refuseOthers);
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
  });
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** A socket belongs to the page that may open it. */
const originOf = (url: string): string => new URL(url.replace(/^ws:/, 'http:')).origin;
const protocolOf = (url: string): string => (URL.canParse(url) ? new URL(url).protocol : '');
