import { statfs } from 'node:fs/promises';
import type { Workbench } from '../workbench.ts';
import type { HostParts } from './host-parts.ts';

export const systemAnswers = ({ workspace, devices, version }: HostParts): Workbench['system'] => ({
  info: async () => {
    const { bavail, bsize } = await statfs(workspace.folder);
    return {
      version,
      workspace: workspace.folder,
      freeBytes: bavail * bsize,
      devices,
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
    };
  },
});
