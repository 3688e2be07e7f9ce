package dev.lockstep.inference.lifecycle;

import java.io.IOException;
import java.time.Duration;

/** The ECS agent beside this task, as far as it is asked anything. */
interface EcsAgent {
  /**
   * Asks that this task be not chosen for scale-in.
   *
   * @param expiry after which it may be chosen again, in whole minutes
   * @throws IOException saying why it is not protected
   */
  void protect(Duration expiry) throws IOException;

  /**
   * Takes that back.
   *
   * @throws IOException saying why it is still protected
   */
  void release() throws IOException;
}
