import type { Command } from 'commander';
import pc from 'picocolors';
import { discoverDevices, type DiscoveryOptions } from '#host/farm/devices/discover-devices.ts';
import { addWorkOptions, workOptionsOf } from '../options.ts';
import { plainTable } from '../tables/plain-table.ts';
import { wrapped } from '../tables/wrapped.ts';

type Options = DiscoveryOptions & { readonly json?: true };

export function addDevicesCommand(program: Command): void {
  const command = program
    .command('devices')
    .description('list what stages can be executed on, and why the rest cannot be used')
    .option('--json', 'as JSON');
  addWorkOptions(command).action((options: Options) => {
    const devices = discoverDevices(workOptionsOf(options));
    if (options.json === true) {
      console.log(JSON.stringify(devices, null, 2));
      return;
    }
    const table = plainTable(
      ['device', 'engine', 'slots', 'memory', 'state'],
      ['left', 'left', 'right', 'right'],
    );
    for (const { name, engine, slots, memoryBytes, availability } of devices)
      table.push([
        name,
        engine,
        availability.kind === 'available' ? slots : '',
        memoryBytes === undefined ? '' : `${(memoryBytes / 2 ** 30).toFixed(1)} GiB`,
        availability.kind === 'available' ? pc.green('available') : pc.dim('unavailable'),
      ]);
    console.log(table.toString());
    for (const { name, availability } of devices)
      if (availability.kind === 'unavailable')
        console.log(wrapped(`\n${name}: ${availability.reason} ${availability.remedy}`));
  });
}
