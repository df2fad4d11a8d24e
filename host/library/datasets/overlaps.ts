import type { DatasetFacts, DatasetManifest } from '#contract/dataset.ts';

/** By the name of another dataset, its classes that show what a class of this one shows. */
export type Overlaps = DatasetManifest['overlaps'];

/**
 * What a new manifest lists, by the usual names of other datasets. CIFAR-100 is not among CIFAR-10's: its authors chose
 * classes that exclude one another, pickup trucks and buses included. Traffic signs show drawings of cars, trucks and
 * deer, but are signs. Files in the form of MNIST may show anything under another name; of folders nothing is known.
 */
export function overlapsAtImport(kind: 'cifar10' | 'mnist' | 'images', name: string): Overlaps {
  switch (kind) {
    case 'cifar10':
      return { stl10: ['airplane', 'bird', 'car', 'cat', 'deer', 'dog', 'horse', 'ship', 'truck'] };
    case 'mnist':
      return name === 'mnist' ? { svhn: [...digits], usps: [...digits] } : {};
    case 'images':
      return {};
  }
}

const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

type Named = Pick<DatasetFacts, 'name' | 'classes' | 'overlaps'>;

/**
 * The overlaps of a dataset with all others at hand: what its manifest lists, and of a dataset that it does not list
 * the classes of the same name (`Ship` and `ship`). Names that are mere numbers say nothing about what they show.
 */
export function overlapsWith(others: readonly Named[], task: Named): NonNullable<DatasetFacts['overlaps']> {
  const known = new Set(task.classes.map(plainName).filter((name) => !/^\d+$/.test(name)));
  const byName = others.flatMap(({ name, classes }) => {
    const same = classes.filter((each) => known.has(plainName(each)));
    return name === task.name || same.length === 0 ? [] : [[name, same] as const];
  });
  return { ...Object.fromEntries(byName), ...task.overlaps };
}

const plainName = (name: string): string => name.toLowerCase().replace(/[\s_-]+/g, ' ');
