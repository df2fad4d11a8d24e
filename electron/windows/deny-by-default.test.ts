import { describe, expect, it } from 'vitest';
import { FakeContents, FakeElectron } from '../../tests/electron/fake-electron.ts';
import { denyByDefault } from './deny-by-default.ts';

const own = 'http://127.0.0.1:7414';

function confined() {
  const electron = new FakeElectron();
  const contents = new FakeContents();
  denyByDefault(
    {
      ...electron.app,
      on: (event: string, listener: (...values: never[]) => void) => {
        if (event === 'web-contents-created') listener(...([{}, contents] as unknown as never[]));
      },
    },
    electron.session.defaultSession,
    () => own,
  );
  return { electron, contents };
}

const foreign = [
  'https://example.org/',
  'http://127.0.0.1:7415/',
  'http://localhost:7414/',
  'http://127.0.0.1.example.org:7414/',
  'http://user@127.0.0.1:74140/',
  'https://127.0.0.1:7414/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'about:blank',
  'no address',
];

describe('denyByDefault', () => {
  it.each(['will-navigate', 'will-frame-navigate', 'will-redirect'])('keeps %s on the host', (how) => {
    const { contents } = confined();
    expect(contents.navigates(`${own}/runs?sort=clean#x`, how)).toBe(true);
    for (const url of foreign) expect([url, contents.navigates(url, how)]).toEqual([url, false]);
  });

  it('opens no window and attaches no view', () => {
    const { contents } = confined();
    expect([contents.opensWindow(), contents.attachesWebview()]).toEqual([false, false]);
  });

  it('lets requests and sockets go to the host alone', () => {
    const { electron } = confined();
    const allowed = [
      `${own}/api/trpc/x`,
      'ws://127.0.0.1:7414/api',
      'data:image/png;base64,',
      `blob:${own}/1`,
    ];
    for (const url of allowed) expect([url, electron.request(url)]).toEqual([url, true]);
    for (const url of [...foreign, 'wss://127.0.0.1:7414/', 'ws://127.0.0.1:7415/'])
      expect([url, electron.request(url)]).toEqual([url, false]);
  });

  it('grants copying to the host and nothing else to anyone', () => {
    const { electron } = confined();
    expect(electron.grants('clipboard-sanitized-write', `${own}/`)).toBe(true);
    expect(electron.grants('clipboard-sanitized-write', 'https://example.org/')).toBe(false);
    for (const permission of [
      'clipboard-read',
      'media',
      'geolocation',
      'notifications',
      'openExternal',
      'usb',
      'unknown',
    ])
      expect([permission, electron.grants(permission, `${own}/`)]).toEqual([permission, false]);
    expect(electron.grantsDevices()).toBe(false);
  });

  it('grants nothing while there is no host', () => {
    const electron = new FakeElectron();
    denyByDefault(electron.app, electron.session.defaultSession, () => undefined);
    expect(electron.request(`${own}/`)).toBe(false);
    expect(electron.grants('clipboard-sanitized-write', 'null')).toBe(false);
  });
});
