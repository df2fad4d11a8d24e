import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openWorkspace } from './workspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'redoubt-workspace-'));
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a workspace', () => {
  it('has its folders once it is open', () => {
    const workspace = openWorkspace(join(folder, 'new'));
    expect(existsSync(workspace.libraryFolder) && existsSync(workspace.reportsFolder)).toBe(true);
  });

  it('says what stands in its way', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'redoubt-workspace-')), 'file');
    writeFileSync(file, '');
    expect(() => openWorkspace(file)).toThrow(/cannot be a workspace: a file is in the way.*--workspace/);
    rmSync(dirname(file), { recursive: true });
  });

  it('names paths as it stores them and finds them again', () => {
    const workspace = openWorkspace(folder);
    const path = join(workspace.stageFolder('ab'), 'model.safetensors');
    expect(workspace.relative(path)).toBe('stages/ab/model.safetensors');
    expect(workspace.resolve(workspace.relative(path))).toBe(path);
  });

  it.each(['../outside', 'stages/../../outside', '/etc/hostname'])('refuses %s', (path) => {
    expect(() => openWorkspace(folder).resolve(path)).toThrow(/inside the workspace/);
  });
});
