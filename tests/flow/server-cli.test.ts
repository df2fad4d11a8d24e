import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunDetail, RunRow } from '#contract/views.ts';
import { openStore } from '#host/store/open-store.ts';
import { openWorkspace } from '#host/workspace.ts';
import { cli, firstLine, redoubt, startCommand, untilEnd } from './fixture/command-line.ts';
import { recordFinishedStudy, sampleStudy } from './fixture/finished-workspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'redoubt-cli-'));
const finished = join(folder, 'finished');
const study = join(folder, 'study.yaml');

beforeAll(() => {
  const workspace = openWorkspace(finished);
  const store = openStore(workspace.database);
  recordFinishedStudy({ store, workspace });
  store.close();
  writeFileSync(study, sampleStudy);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('what cannot be done', () => {
  it.each([
    ['an unknown command', ['fly'], /unknown command/],
    [
      'a study file that is not there',
      ['run', 'none.yaml'],
      /none\.yaml cannot be read: there is no such file/,
    ],
    ['a study that is not there', ['report', 'none'], /1 {2}Objective mismatch/],
    ['a run that is not there', ['show', 'none'], /redoubt runs/],
    ['a dataset that is not there', ['import', 'cifar10', '/nowhere'], /\/nowhere does not exist/],
    ['an unknown kind of dataset', ['import', 'cifar11', '.'], /cifar10/],
    ['a wrong number of slots', ['run', 'x.yaml', '--slots', '0'], /whole number from 1/],
    ['an empty workspace', ['--workspace', '', 'runs'], /path of a folder/],
    ['a workspace that is a file', ['--workspace', cli, 'import', 'mnist', '.'], /a file is in the way/],
  ])('says why: %s', async (_case, words, reason) => {
    const { code, err, out } = await redoubt(finished, ...words);
    expect(err).toMatch(reason);
    expect(out).toBe('');
    expect(code).toBe(2);
  });

  it('points at every field of a study that is wrong, and starts nothing', async () => {
    const file = join(folder, 'wrong.yaml');
    writeFileSync(
      file,
      sampleStudy.replace('density: [1, 0.1]', 'density: [1, 10]').replace('epochs: 1', 'epochs: one'),
    );
    const { code, err } = await redoubt(finished, 'run', file);
    expect(code).toBe(2);
    expect(err).toMatch(/^\S+wrong\.yaml:8:11 .*\n\S+wrong\.yaml:11:16 Density must lie in \(0, 1\], got 10/);
    expect(err).toContain('2 things are wrong with the study; nothing was started.');
  });

  it('makes no workspace by looking for one', async () => {
    const none = join(folder, 'none');
    const { code, err } = await redoubt(none, 'runs');
    expect(code).toBe(2);
    expect(err).toContain('quickstart');
    expect(existsSync(none)).toBe(false);
  });
});

describe('what was done', () => {
  it('is listed as a table, as JSON and as CSV', async () => {
    const [table, json, csv] = await Promise.all([
      redoubt(finished, 'runs', '--study', 'Objective mismatch'),
      redoubt(finished, 'runs', '--json'),
      redoubt(finished, 'runs', '--csv'),
    ]);
    const rows = JSON.parse(json.out) as RunRow[];
    expect(table.out.trimEnd().split('\n')).toHaveLength(1 + rows.length);
    expect(csv.out.trimEnd().split('\r\n')).toHaveLength(1 + rows.length);
    for (const { key } of rows) expect(table.out).toContain(key.slice(0, 10));
    expect(table.out).not.toContain('\u001b');
  });

  it('is shown run by run, by the start of its key', async () => {
    const rows = JSON.parse((await redoubt(finished, 'runs', '--json')).out) as RunRow[];
    const key = rows.find(({ settings }) => settings['prune'] === 'magnitude')?.key ?? '';
    const shown = await redoubt(finished, 'show', key.slice(0, 10));
    expect(shown.out).toMatch(/pgd-50 linf 4\/255 {2}clean .* attacked .* of the dense network's/);
    const detail = JSON.parse((await redoubt(finished, 'show', key, '--json')).out) as RunDetail;
    expect(detail.key).toBe(key);
  });

  it('is reported in three forms', async () => {
    const out = join(folder, 'out.html');
    const all = await redoubt(finished, 'report', '1');
    expect(
      all.out
        .trimEnd()
        .split('\n')
        .map((path) => path.split('.').at(-1)),
    ).toEqual(['html', 'csv', 'tex']);
    await redoubt(finished, 'report', 'objective', '--out', out);
    expect(readFileSync(out, 'utf8')).toContain('<h1>Objective mismatch</h1>');
  });

  it('is not done again', async () => {
    const { code, out } = await redoubt(finished, 'run', study);
    expect(code).toBe(0);
    expect(out).toMatch(/already done/);
    expect(out).toContain('adversarial → natural');
  });
});

describe('the server of a workspace', () => {
  it('says of a port that is taken what to do, and ends', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { code, err } = await redoubt(finished, 'serve', '--port', String(port));
    taken.close();
    expect(err).toContain(`Port ${port} cannot be served at: another program uses it. Give another one`);
    expect(code).toBe(2);
  });

  it('gives a program one line, another asker a fresh link, and ends with its standard input', async () => {
    const child = startCommand(finished, ['serve', '--json', '--port', '0']);
    const end = untilEnd(child);
    const { url, token } = JSON.parse(await firstLine(child)) as { url: string; token: string };
    const logIn = (link: string) => fetch(link, { redirect: 'manual' }).then(({ status }) => status);
    expect(await logIn(`${url}login?token=${token}`)).toBe(303);
    if (process.platform !== 'win32') expect(statSync(join(finished, 'server.json')).mode & 0o077).toBe(0);

    const other = await redoubt(finished, 'serve');
    const link = /http:\S+/.exec(other.out)?.[0] ?? '';
    expect(link.startsWith(url)).toBe(true);
    expect(await logIn(link)).toBe(303);
    expect(await logIn(link)).toBe(401);

    child.stdin.end();
    expect((await end).code).toBe(0);
    expect(existsSync(join(finished, 'server.json'))).toBe(false);
  });

  it('lets a second command work with it, not against it', async () => {
    const child = startCommand(finished, ['serve', '--json', '--port', '0']);
    const end = untilEnd(child);
    await firstLine(child);
    const { code, out } = await redoubt(finished, 'run', study);
    expect(out).toContain(`Process ${child.pid} already works on`);
    expect(code).toBe(0);
    child.stdin.end();
    await end;
  });
});
