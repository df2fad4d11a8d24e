/** The import directions of docs/architecture.md: what is not allowed here is forbidden. */
const workerLayers = [
  { layer: ['array', 'engine'], mayImport: ['array', 'engine'] },
  { layer: ['data'], mayImport: ['array', 'engine', 'data'] },
  { layer: ['networks'], mayImport: ['array', 'engine', 'networks'] },
  { layer: ['optimizers'], mayImport: ['array', 'engine', 'networks', 'optimizers'] },
  { layer: ['attacks'], mayImport: ['array', 'engine', 'data', 'networks', 'optimizers', 'attacks'] },
  { layer: ['verification'], mayImport: ['array', 'engine', 'networks', 'verification'] },
  {
    layer: ['objectives'],
    mayImport: ['array', 'engine', 'data', 'networks', 'optimizers', 'attacks', 'verification', 'objectives'],
  },
  {
    layer: ['ood'],
    mayImport: ['array', 'engine', 'data', 'networks', 'optimizers', 'attacks', 'verification', 'ood'],
  },
  {
    layer: ['pruning'],
    mayImport: [
      'array',
      'engine',
      'data',
      'networks',
      'optimizers',
      'attacks',
      'verification',
      'objectives',
      'pruning',
    ],
  },
  {
    layer: ['procedures'],
    mayImport: [
      'array',
      'engine',
      'data',
      'networks',
      'optimizers',
      'attacks',
      'verification',
      'objectives',
      'ood',
      'pruning',
      'procedures',
    ],
  },
];
const hostLayers = [
  { layer: ['store'], mayImport: ['store'] },
  { layer: ['planner'], mayImport: ['planner'] },
  { layer: ['library'], mayImport: ['library'] },
  { layer: ['engines'], mayImport: ['engines'] },
  { layer: ['farm'], mayImport: ['farm', 'engines', 'store', 'library', 'planner'] },
  { layer: ['reports'], mayImport: ['reports', 'store', 'library', 'planner'] },
];
const any = (names) => `(${names.join('|')})`;
const test = '\\.test\\.ts$';

const layered = (root, layers) =>
  layers.map(({ layer, mayImport }) => ({
    name: `${root}-${layer[0]}`,
    severity: 'error',
    from: { path: `^${root}/${any(layer)}/`, pathNot: test },
    to: { path: `^${root}/`, pathNot: `^${root}/(${any(mayImport)}/|workspace\\.ts$)` },
  }));

/** A folder may import itself, contract and packages; nothing else of the house. */
const house = '^(contract|host|electron|renderer|native-workers|tests|bench)/';
const closed = (folder, also = []) => ({
  name: `${folder}-is-closed`,
  severity: 'error',
  from: { path: `^${folder}/`, pathNot: test },
  to: { path: house, pathNot: `^${any([folder, ...also])}/` },
});

export default {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { pathNot: `^tests/|${test}` },
      to: { path: '^tests/' },
    },
    {
      name: 'contract-is-pure',
      severity: 'error',
      from: { path: '^contract/', pathNot: test },
      to: { dependencyTypes: ['core'] },
    },
    closed('contract'),
    closed('host', ['contract']),
    closed('electron', ['contract']),
    closed('native-workers', ['contract']),
    {
      ...closed('renderer', ['contract']),
      to: { path: house, pathNot: '^(renderer|contract)/|^host/server/router\\.ts$' },
    },
    {
      name: 'renderer-takes-only-the-type-of-the-router',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^host/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'only-electron-imports-electron',
      severity: 'error',
      from: { path: house, pathNot: `^electron/|^tests/electron/|${test}` },
      to: { path: 'node_modules/electron/' },
    },
    {
      name: 'only-store-imports-sqlite',
      severity: 'error',
      from: { path: house, pathNot: `^host/store/|${test}|^tests/` },
      to: { path: 'node_modules/better-sqlite3/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'kit-knows-no-domain',
      severity: 'error',
      from: { path: '^renderer/kit/' },
      to: { path: '^renderer/(client|parts|features|workbench)/|^contract/' },
    },
    {
      name: 'client-is-below',
      severity: 'error',
      from: { path: '^renderer/client/' },
      to: { path: '^renderer/(kit|parts|features|workbench)/' },
    },
    {
      name: 'parts-are-below-features',
      severity: 'error',
      from: { path: '^renderer/parts/' },
      to: { path: '^renderer/(features|workbench)/' },
    },
    {
      name: 'features-are-apart',
      severity: 'error',
      from: { path: '^renderer/features/([^/]+)/' },
      to: { path: '^renderer/(features|workbench)/', pathNot: '^renderer/features/$1/' },
    },
    ...layered('native-workers', workerLayers),
    ...layered('host', hostLayers),
    {
      name: 'server-and-cli-are-apart',
      severity: 'error',
      from: { path: '^host/server/', pathNot: test },
      to: { path: '^host/(cli/|main\\.ts$)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.cache|tests/guards/planted)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'svelte'],
      mainFields: ['module', 'main'],
      extensions: ['.ts', '.js', '.mjs', '.json', '.svelte'],
    },
  },
};
