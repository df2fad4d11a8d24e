import { Option, type Command } from 'commander';
import pc from 'picocolors';
import type { Device, DeviceKind } from '#contract/device.ts';
import { discoverDevices, offeredDevices } from '#host/farm/devices/discover-devices.ts';
import { graphicsDevices } from '#host/farm/devices/graphics-devices.ts';
import { examine } from '../doctor/examine.ts';
import type { Finding } from '../doctor/finding.ts';
import { exitCodes } from '../exit-codes.ts';
import { workspaceOf } from '../options.ts';
import { showEngines } from '../doctor/show-engines.ts';
import { testEngines } from '../doctor/test-engines.ts';

type Options = { readonly engines?: true; readonly device?: DeviceKind };

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check this installation, and say what to do about what is wrong')
    .option('--engines', 'compute with every engine and device instead, and compare with stored numbers')
    .addOption(
      new Option(
        '--device <kind>',
        'with --engines: test this alone, a graphics processor in software too',
      ).choices(offeredDevices),
    )
    .action(async ({ engines, device }: Options, command: Command) => {
      if (engines === true) {
        await showEngines(testEngines(device === undefined ? {} : { devices: devicesOf(device) }));
        return;
      }
      let isWell = true;
      for await (const finding of examine(workspaceOf(command))) {
        console.log(lineOf(finding));
        if (finding.state === 'wrong') isWell = false;
      }
      process.exitCode = isWell ? exitCodes.done : exitCodes.someFailed;
    });
}

/** What only pretends to be a graphics processor is too slow for stages, but shows whether it computes rightly. */
const devicesOf = (wanted: DeviceKind): Device[] =>
  (wanted === 'cpu' ? discoverDevices() : graphicsDevices({ acceptsSoftware: true })).filter(
    ({ kind }) => kind === wanted,
  );

const marks: Readonly<Record<Finding['state'], string>> = {
  fine: pc.green('✓'),
  optional: pc.yellow('–'),
  wrong: pc.red('✗'),
};

function lineOf({ state, what, remedy }: Finding): string {
  const line = `${marks[state]} ${what}`;
  return remedy === undefined ? line : `${line}\n    ${remedy}`;
}
