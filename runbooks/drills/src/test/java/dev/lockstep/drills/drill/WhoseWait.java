package dev.lockstep.drills.drill;

import dev.lockstep.drills.account.Account;
import dev.lockstep.drills.ecs.ContainerInstance;
import dev.lockstep.drills.ecs.Revision;
import dev.lockstep.drills.ecs.Shortage;
import dev.lockstep.drills.journal.Change;
import dev.lockstep.scaler.decide.Reason;
import dev.lockstep.scaler.report.Decision;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Whose the prolonged waiting of an account's tasks is, second by second. It is the brain's, except
 * while
 *
 * <ol>
 *   <li>its newest decision stands down by name, before a second controller or an operator's hold:
 *       the tasks and the hosts that are asked for then are somebody else's;
 *   <li>no decision was made for two ticks: the function is broken or switched off, and whoever is
 *       on call asks for tasks and hosts by hand;
 *   <li>AWS left a read or a call of its newest run unanswered, and the next run completes it;
 *   <li>no capacity is granted: the newest launch failed, or the newest host came without its GPUs;
 *   <li>no host would help: the revision that ECS tries to start never runs;
 *   <li>nobody can have told it yet of the wait, or that one of these is over: an event takes a
 *       second.
 * </ol>
 */
final class WhoseWait {
  private static final Set<Reason.Code> STANDS_DOWN =
      Set.of(Reason.Code.SECOND_CONTROLLER, Reason.Code.HELD);

  private static final String FAILED_READ = "could not be read";
  private static final Duration SILENT = Duration.ofSeconds(130);
  private static final Duration TOLD = Duration.ofSeconds(1);

  private Instant decidedAt = Simulation.START;
  private Instant newsAt = Simulation.START;
  private boolean standsDown;
  private boolean unanswered;
  private boolean launched = true;
  private long brains;
  private long others;

  /** Looks at an account each second from now on. */
  void watch(Account account) {
    account.timeline().every(Duration.ofSeconds(1), () -> look(account));
  }

  /** What the brain decided, each time; an operator who only looks takes nothing in hand. */
  void decided(Instant now, List<Decision> decisions) {
    if (decisions.stream()
        .anyMatch(decision -> because(decision, Set.of(Reason.Code.OBSERVE_ONLY)))) {
      return;
    }
    decidedAt = now;
    standsDown = decisions.stream().anyMatch(decision -> because(decision, STANDS_DOWN));
    unanswered = decisions.stream().anyMatch(WhoseWait::unanswered);
  }

  private static boolean because(Decision decision, Set<Reason.Code> codes) {
    return switch (decision) {
      case Decision.Decided decided ->
          decided.plan().reasons().stream().map(Reason::code).anyMatch(codes::contains);
      case Decision.Blind _, Decision.Refused _ -> false;
    };
  }

  private static boolean unanswered(Decision decision) {
    return !decision.succeeded()
        || (decision instanceof Decision.Decided decided
            && decided.observation().gaps().stream().anyMatch(gap -> gap.contains(FAILED_READ)));
  }

  /** What happened in the account, each time. */
  void happened(Change change) {
    if (change instanceof Change.LaunchFailed) {
      launched = false;
    }
    if (change instanceof Change.HostLaunched) {
      launched = true;
    }
  }

  private void look(Account account) {
    Instant now = account.timeline().instant();
    Shortage shortage = account.shortage();
    boolean excused = !inTheBrainsHands(now) || !hostsAreGranted(account) || !canRun(account);
    if (shortage.prolonged() == 0 || excused) {
      newsAt = now;
    }
    if (now.isAfter(newsAt.plus(TOLD))) {
      brains += shortage.prolonged();
    } else {
      others += shortage.prolonged();
    }
  }

  private boolean inTheBrainsHands(Instant now) {
    boolean silent = now.isAfter(decidedAt.plus(SILENT));
    return !standsDown && !unanswered && !silent;
  }

  private boolean hostsAreGranted(Account account) {
    int gpus = account.service().settings().each().gpus();
    boolean seeing =
        account.cluster().instances().stream()
            .max(Comparator.comparing(ContainerInstance::registeredAt))
            .filter(newest -> newest.registered().gpus() < gpus)
            .isEmpty();
    return launched && seeing;
  }

  private static boolean canRun(Account account) {
    return account.service().deployments().getFirst().revision().quality()
        != Revision.Quality.NEVER_RUNS;
  }

  /** Task-seconds that nothing but the brain could have spared. */
  long brains() {
    return brains;
  }

  /** Task-seconds of somebody else's, or of nobody's. */
  long others() {
    return others;
  }
}
