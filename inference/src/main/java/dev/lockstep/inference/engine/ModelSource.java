package dev.lockstep.inference.engine;

import java.nio.file.Path;

/** Where an ONNX model is read from. */
// The bytes are 91 MB and nobody compares them.
@SuppressWarnings("ArrayRecordComponent")
public sealed interface ModelSource {
  record Bytes(byte[] onnx) implements ModelSource {}

  /** A file; weights that it keeps in files of their own are found beside it. */
  record File(Path onnx) implements ModelSource {}
}
