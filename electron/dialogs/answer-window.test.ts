import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shellChannels } from '#contract/shell.ts';
import { FakeElectron } from '../../tests/electron/fake-electron.ts';
import { makeFolder } from '../../tests/made-datasets.ts';
import { answerWindow } from './answer-window.ts';

const page = { url: 'http://127.0.0.1:7414/library', parent: null };

function answering(): FakeElectron {
  const electron = new FakeElectron();
  answerWindow(electron, () => 'http://127.0.0.1:7414');
  return electron;
}

describe('answerWindow', () => {
  it('returns the folder that was chosen, and nothing when none was', async () => {
    const electron = answering();
    const choose = (): Promise<unknown> =>
      electron.invoke(shellChannels.chooseFolder, { title: 'Images' }, page);
    expect(await choose()).toBeUndefined();
    electron.chosen = ['/home/a/images'];
    expect(await choose()).toBe('/home/a/images');
    expect(electron.opened[1]).toEqual({ title: 'Images', properties: ['openDirectory'] });
  });

  it('asks for files of the kinds that the page names', async () => {
    const electron = answering();
    const filters = [{ name: 'Studies', extensions: ['yaml'] }];
    await electron.invoke(shellChannels.chooseFile, { title: 'Open', filters }, page);
    expect(electron.opened).toEqual([{ title: 'Open', properties: ['openFile'], filters }]);
  });

  it('reveals what exists', async () => {
    const electron = answering();
    const file = join(makeFolder({ 'report.html': 'x' }), 'report.html');
    expect(await electron.invoke(shellChannels.reveal, file, page)).toBe(true);
    expect(electron.did).toEqual([`reveal ${file}`]);
  });

  it.each(['/nowhere/at/all', 'relative/path', '//machine/share', '\\\\machine\\share', 7, undefined])(
    'reveals nothing for %j',
    async (path) => {
      const electron = answering();
      expect(await electron.invoke(shellChannels.reveal, path, page)).toBe(false);
      expect(electron.did).toEqual([]);
    },
  );

  it.each([
    null,
    { url: 'https://example.org/', parent: null },
    { url: 'http://127.0.0.1:7415/', parent: null },
    { url: page.url, parent: {} },
  ])('answers no one but the main frame of the host (%j)', async (frame) => {
    const electron = answering();
    electron.chosen = ['/secret'];
    for (const channel of [shellChannels.chooseFolder, shellChannels.chooseFile, shellChannels.reveal])
      await expect(electron.invoke(channel, { title: 'x' }, frame)).rejects.toThrow(/own page/);
    expect(electron.opened).toEqual([]);
  });

  it('refuses a dialog without a title', async () => {
    await expect(answering().invoke(shellChannels.chooseFolder, 'x', page)).rejects.toThrow(/title/);
  });
});
