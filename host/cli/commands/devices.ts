import type { Command } from 'commander';
import pc from 'picocolors';
import type { Device } from '#contract/device.ts';
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
        states[availability.kind],
      ]);
    console.log(table.toString());
    for (const { name, availability } of devices)
      switch (availability.kind) {
        case 'available':
          break;
        case 'standby':
          console.log(wrapped(`\n${name} works, and is not used. ${availability.remedy}`));
          break;
        case 'unavailable':
          console.log(wrapped(`\n${name}: ${availability.reason} ${availability.remedy}`));
      }
  });
}

const states: Readonly<Record<Device['availability']['kind'], string>> = {
  available: pc.green('available'),
  standby: pc.yellow('standby'),
  unavailable: pc.dim('unavailable'),
};
