package dev.lockstep.inference.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Which weights these are: SHA-256 of the ONNX file, in hex. */
final class Fingerprint {
  private Fingerprint() {}

  static String of(byte[] onnx) {
    return HexFormat.of().formatHex(sha256().digest(onnx));
  }

  static String of(Path onnx) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream file = new DigestInputStream(Files.newInputStream(onnx), digest)) {
      file.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
