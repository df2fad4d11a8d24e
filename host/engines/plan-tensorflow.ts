import { InstallError } from './install-error.ts';

/** A package of the npm registry, exactly, and what its tarball must hash to. */
export type PinnedPackage = { readonly name: string; readonly version: string; readonly integrity: string };

/** Somewhere that has TensorFlow's C library for this machine. */
export type LibrarySource =
  | { readonly kind: 'archive'; readonly library: string; readonly address: string }
  | {
      readonly kind: 'wheel';
      readonly library: string;
      /** A line of pip's requirements file, with the checksum. */
      readonly requirement: string;
      readonly platforms: readonly string[];
      /** Wheels that it needs besides. */
      readonly companions: readonly string[];
    };

export type InstallationPlan = {
  readonly package: PinnedPackage;
  /** What a native module of Node is compiled against, so that nothing of Node has to be downloaded. */
  readonly headers: PinnedPackage;
  /** In the order in which they are tried. */
  readonly sources: readonly LibrarySource[];
  readonly cuda: boolean;
  /** What is fetched, roughly, and what the disk needs while it is unpacked. */
  readonly fetchedBytes: number;
  readonly neededBytes: number;
};

type Machine = { readonly platform: string; readonly arch: string; readonly cuda: boolean };

const tensorflow = '2.18.0';
/** Wheels are made per version of Python; this one is only unpacked, whatever version is here. */
export const wheelPython = '3.11';

/** What has to be fetched for this machine, and from where. */
export function planTensorflow(machine: Machine): InstallationPlan {
  const { platform, arch, cuda } = machine;
  const known = libraries[`${platform} ${arch}`];
  if (known === undefined)
    throw new InstallError(
      `TensorFlow's C library cannot be had for ${platform} on ${arch}.`,
      `There is one for ${Object.keys(libraries).join(', ')}. The onnx engine computes here, and nothing needs to be installed for it.`,
    );
  if (cuda && known.cuda === undefined)
    throw new InstallError('TensorFlow computes with CUDA on linux x64 only.', 'Leave out --cuda.');
  return {
    package: {
      name: '@tensorflow/tfjs-node-gpu',
      version: '4.22.0',
      integrity:
        'sha512-p//NN6DGiN4hInUmIkRffaFVMcdTREUMjPyjW04J7OXvB2zBlQimj61eFKSgRrH3f5TnOfKzb0n56he/B6a4bw==',
    },
    headers: {
      name: 'node-api-headers',
      version: '1.9.0',
      integrity:
        'sha512-2oNILP4jXwRB4ywnYKjVk1YyJ96n2D4EOVJO6S3oYZ5PtbJrw3Yt9TpAuX3nBLMuzn74rnfGQrv13pS9vC+YiA==',
    },
    sources: cuda ? [known.cuda!] : known.processor,
    cuda,
    fetchedBytes: (cuda ? 2900 : 240) * 2 ** 20,
    neededBytes: (cuda ? 9000 : 1200) * 2 ** 20,
  };
}

type Known = { readonly processor: readonly LibrarySource[]; readonly cuda?: LibrarySource };

const wheel = (
  library: string,
  platforms: readonly string[],
  sha256: string,
  companions: readonly string[] = [],
): LibrarySource => ({
  kind: 'wheel',
  library: `${library} ${tensorflow}`,
  requirement: `${library}==${tensorflow} --hash=sha256:${sha256}`,
  platforms,
  companions,
});

/** As https://www.tensorflow.org/install/lang_c names them. */
const archive = (name: string): LibrarySource => ({
  kind: 'archive',
  library: `libtensorflow ${tensorflow}`,
  address: `https://storage.googleapis.com/tensorflow/versions/${tensorflow}/libtensorflow-${name}.tar.gz`,
});

const linux64 = ['manylinux_2_17_x86_64', 'manylinux2014_x86_64'];

const libraries: Readonly<Record<string, Known>> = {
  'linux x64': {
    processor: [
      archive('cpu-linux-x86_64'),
      wheel('tensorflow-cpu', linux64, '089e71746960ea581dca53401f84b3b99c8537313e337a9e5dbf97036a936f7e'),
    ],
    // The archive for graphics processors wants CUDA of the system; the wheel brings its own.
    cuda: wheel('tensorflow', linux64, '70b8dd70fa3600bfce66ab529eebb804e1f9d7c863d2f71bc8fe9fc7a1ec3976', [
      'nvidia-cublas-cu12==12.5.3.2',
      'nvidia-cuda-cupti-cu12==12.5.82',
      'nvidia-cuda-nvcc-cu12==12.5.82',
      'nvidia-cuda-nvrtc-cu12==12.5.82',
      'nvidia-cuda-runtime-cu12==12.5.82',
      'nvidia-cudnn-cu12==9.3.0.75',
      'nvidia-cufft-cu12==11.2.3.61',
      'nvidia-curand-cu12==10.3.6.82',
      'nvidia-cusolver-cu12==11.6.3.83',
      'nvidia-cusparse-cu12==12.5.1.3',
      'nvidia-nccl-cu12==2.21.5',
      'nvidia-nvjitlink-cu12==12.5.82',
    ]),
  },
  'linux arm64': {
    processor: [
      wheel(
        'tensorflow',
        ['manylinux_2_17_aarch64', 'manylinux2014_aarch64'],
        '85f1e7369af6d329b117b52e86093cd1e0458dd5404bf5b665853f873dd00b48',
      ),
    ],
  },
  'darwin arm64': {
    processor: [
      archive('cpu-darwin-arm64'),
      wheel(
        'tensorflow',
        ['macosx_12_0_arm64'],
        '453cb60638a02fd26316fb36c8cbcf1569d33671f17c658ca0cf2b4626f851e7',
      ),
    ],
  },
};
