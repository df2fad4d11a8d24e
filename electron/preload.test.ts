import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { compileFunction } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { shellChannels, shellName } from '#contract/shell.ts';
import type { Shell } from '#contract/shell.ts';

/** Runs the preload script as Electron does: as the body of a function that is given `require`. */
function preloaded() {
  const text = readFileSync(new URL('preload.cjs', import.meta.url), 'utf8');
  const exposed: Record<string, Shell> = {};
  const invoked: unknown[] = [];
  const ipcRenderer = Object.assign(new EventEmitter(), {
    invoke: (...values: unknown[]) => {
      invoked.push(values);
      return Promise.resolve(undefined);
    },
  });
  const electron = {
    ipcRenderer,
    contextBridge: { exposeInMainWorld: (name: string, value: Shell) => (exposed[name] = value) },
  };
  const require = (name: string): unknown => {
    if (name !== 'electron') throw new Error(`module not found: ${name}`);
    return electron;
  };
  (compileFunction(text, ['require']) as (require: unknown) => void)(require);
  return { shell: exposed[shellName]!, exposed, invoked, ipcRenderer };
}

describe('the preload script', () => {
  it('exposes the shell and nothing else', () => {
    const { exposed } = preloaded();
    expect(Object.keys(exposed)).toEqual([shellName]);
    expect(Object.keys(exposed[shellName] ?? {}).toSorted()).toEqual(
      ['chooseFile', 'chooseFolder', 'onMenu', 'platform', 'reveal'].toSorted(),
    );
  });

  it('asks on the channels that the shell answers', async () => {
    const { shell, invoked } = preloaded();
    await shell.chooseFolder({ title: 'a' });
    await shell.chooseFile({ title: 'b' });
    await shell.reveal('/c');
    expect(invoked).toEqual([
      [shellChannels.chooseFolder, { title: 'a' }],
      [shellChannels.chooseFile, { title: 'b' }],
      [shellChannels.reveal, '/c'],
    ]);
  });

  it('passes menu commands on without the event, until they are no longer wanted', () => {
    const { shell, ipcRenderer } = preloaded();
    const heard: unknown[][] = [];
    const stop = shell.onMenu((...values) => heard.push(values));
    ipcRenderer.emit(shellChannels.menu, { sender: 'electron' }, 'new-study');
    stop();
    ipcRenderer.emit(shellChannels.menu, {}, 'search');
    expect(heard).toEqual([['new-study']]);
  });
});
