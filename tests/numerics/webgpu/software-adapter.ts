import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where Linux distributions put Chromium, which brings SwiftShader: Vulkan in software, correct and very slow. */
const folders = ['/usr/lib/chromium', '/usr/lib64/chromium-browser', '/usr/lib/chromium-browser'];

/** What a process's environment needs to open SwiftShader; undefined where there is none. */
export function softwareAdapter(): Readonly<Record<string, string>> | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const folder = folders.find((each) => existsSync(join(each, 'vk_swiftshader_icd.json')));
  if (folder === undefined) return undefined;
  // Vulkan's loader lies beside it, where the system may have none.
  return { VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json'), LD_LIBRARY_PATH: folder };
}

/** Says in a skipped test's name why it did not run. */
export const adapterAbsent =
  softwareAdapter() === undefined
    ? ' (skipped: no SwiftShader was found; on Debian x64 it comes with "apt-get install chromium")'
    : '';
