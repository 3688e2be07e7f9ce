package dev.lockstep.scaler;

import dev.lockstep.scaler.policy.Estate;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * A whole run before the snapshot that Lambda SnapStart starts the function from: what a first run
 * loads and compiles is in the snapshot then, and not in the way of the first alarm.
 *
 * <p>It runs on clients that reach nothing, see {@link RehearsedAws}: no call leaves the machine,
 * nothing is changed and nothing is logged. Without SnapStart nobody calls it.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-java.html">
 *     Runtime hooks for Java</a>
 * @see <a
 *     href="https://aws.amazon.com/blogs/compute/optimizing-cold-start-performance-of-aws-lambda-using-advanced-priming-strategies-with-snapstart/">
 *     Priming strategies</a>
 */
final class Rehearsal implements Resource {
  /** Enough for the just-in-time compiler to take up the paths of a run. */
  private static final int RUNS = 20;

  private static final byte[] TICK =
      """
      {"source": "aws.scheduler", "detail-type": "Scheduled Event", "resources": [],
       "time": "2026-01-31T12:00:00Z", "detail": {}}\
      """
          .getBytes(StandardCharsets.UTF_8);

  /** A port of this machine on which nobody listens. */
  private static final URI REFUSING = URI.create("http://127.0.0.1:1");

  /** Signs as a run does; means nothing to anybody. */
  private static final AwsCredentialsProvider NOBODY =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("rehearsal", "rehearsal"));

  /** The runtime keeps its resources by weak references; somebody must hold them. */
  private static final Set<Rehearsal> HELD = new CopyOnWriteArraySet<>();

  private final Estate estate;
  private final Consumer<String> log;

  private Rehearsal(Estate estate, Consumer<String> log) {
    this.estate = estate;
    this.log = log;
  }

  /** Asks the runtime to have it run before the snapshot is taken. */
  static void beforeSnapshot(Estate estate, Consumer<String> log) {
    Rehearsal rehearsal = new Rehearsal(estate, log);
    HELD.add(rehearsal);
    Core.getGlobalContext().register(rehearsal);
  }

  /** A rehearsal that goes wrong costs time later; it must not stop a deployment. */
  @Override
  public void beforeCheckpoint(Context<? extends Resource> context) {
    try {
      run();
      greet();
    } catch (RuntimeException | IOException | NoSuchAlgorithmException failure) {
      log.accept("the rehearsal before the snapshot failed: " + failure);
    }
  }

  @Override
  public void afterRestore(Context<? extends Resource> context) {}

  /**
   * Answered runs, and one whose connections are refused: it loads what a real connection takes.
   */
  private void run() {
    AwsClients nowhere = clients(new RehearsedAws(), _ -> {});
    for (int i = 0; i < RUNS; i++) {
      run(nowhere);
    }
    run(clients(AwsClients.connections(), builder -> builder.endpointOverride(REFUSING)));
  }

  private static AwsClients clients(SdkHttpClient http, Consumer<AwsClientBuilder<?, ?>> wiring) {
    return AwsClients.using(
        http,
        AwsClients.newDeadline(),
        wiring.andThen(builder -> builder.credentialsProvider(NOBODY)));
  }

  private void run(AwsClients aws) {
    new ScalerHandler(
            estate, aws.ecs(), aws.autoScaling(), aws.cloudWatch(), InstantSource.system(), _ -> {})
        .handle(TICK);
  }

  /** The first message of a TLS handshake, written to nobody: it loads keys, ciphers and trust. */
  private static void greet() throws IOException, NoSuchAlgorithmException {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine("localhost", 443);
    engine.setUseClientMode(true);
    engine.beginHandshake();
    engine.wrap(
        ByteBuffer.allocate(0), ByteBuffer.allocate(engine.getSession().getPacketBufferSize()));
  }
}
