import { loadNativeLibrary } from '#workers/engine/onnx/session.ts';

/** A process that the host starts before it offers the onnx engine: it ends well if the native library loads. */
loadNativeLibrary();
