import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../../tests/made-datasets.ts';
import { parseAddress, startHost } from './host-process.ts';

const ready = `console.log(JSON.stringify({ url: 'http://127.0.0.1:7414/', token: 'secret' }));`;
const softly = `process.on('SIGTERM', () => process.exit(0)); process.stdin.on('end', () => process.exit(0)).resume();`;

function start(script: string, environment: Record<string, string | undefined> = process.env) {
  const folder = makeFolder({ 'host.mjs': script });
  return startHost({ node: process.execPath, script: join(folder, 'host.mjs'), folder }, environment);
}

describe('startHost', () => {
  it('waits for the line that says where the host answers', async () => {
    const host = await start(`console.log('starting'); ${softly} setTimeout(() => { ${ready} }, 50);`);
    expect([host.url, host.token]).toEqual(['http://127.0.0.1:7414/', 'secret']);
    await host.stop(5000);
    expect(await host.ended).toEqual({ code: 0, lastWords: '' });
  });

  it('asks for serve --json and keeps settings of Electron away from the host', async () => {
    const host = await start(
      `console.error(process.argv.slice(2).join(' '), process.env.ELECTRON_RUN_AS_NODE, process.env.NODE_OPTIONS, process.env.KEPT); ${softly} ${ready}`,
      { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '--no-warnings', KEPT: 'kept' },
    );
    await host.stop(5000);
    expect((await host.ended).lastWords).toBe('serve --json undefined undefined kept');
  });

  it('kills a host that does not stop in time', async () => {
    const host = await start(`process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); ${ready}`);
    await host.stop(100);
    expect((await host.ended).code).toBeNull();
  });

  it('leaves no host behind when the shell is killed', async () => {
    const folder = makeFolder({
      'host.mjs': `import { writeFileSync } from 'node:fs';
        process.stdin.on('end', () => { writeFileSync('stopped', ''); process.exit(0); }).resume(); ${ready}`,
      'shell.mjs': `import { startHost } from ${JSON.stringify(new URL('host-process.ts', import.meta.url).href)};
        const [node, folder] = [process.execPath, process.cwd()];
        await startHost({ node, script: folder + '/host.mjs', folder }, process.env);
        process.kill(process.pid, 'SIGKILL');`,
    });
    const { signal } = spawnSync(process.execPath, [join(folder, 'shell.mjs')], { cwd: folder });
    expect(signal).toBe('SIGKILL');
    await expect.poll(() => existsSync(join(folder, 'stopped')), { timeout: 10_000 }).toBe(true);
  });

  it('says the last words of a host that ends before it answers', async () => {
    await expect(start(`console.error('The workspace is in use.'); process.exit(3);`)).rejects.toThrow(
      /code 3: The workspace is in use/,
    );
  });

  it('says when its Node cannot be started', async () => {
    const folder = makeFolder();
    const command = { node: join(folder, 'no-node'), script: 'x', folder };
    await expect(startHost(command, process.env)).rejects.toThrow(/ENOENT/);
  });
});

describe('parseAddress', () => {
  it.each([
    'Listening on http://127.0.0.1:7414/',
    '{"url":"http://127.0.0.1:7414/"}',
    '{"url":"http://example.org/","token":"x"}',
    '{"url":"https://127.0.0.1/","token":"x"}',
    '{"url":"http://127.0.0.1@example.org/","token":"x"}',
    '{"url":7,"token":"x"}',
    'null',
  ])('takes %s for no address', (line) => {
    expect(parseAddress(line)).toBeUndefined();
  });
});
