package dev.lockstep.inference.batching;

import java.util.List;

/**
 * A kind that is equal to nothing but itself, so that its one input runs alone: an input whose
 * batch failed may have been the reason, and must not fail the others again.
 */
final class Alone<I, O> implements BatchKind<I, O> {
  private final BatchKind<I, O> kind;

  Alone(BatchKind<I, O> kind) {
    this.kind = kind;
  }

  @Override
  public BatchLimits limits() {
    return kind.limits();
  }

  @Override
  public CostModel cost() {
    return kind.cost();
  }

  @Override
  public Prepared<O> prepare(List<I> inputs, Layout layout) {
    return kind.prepare(inputs, layout);
  }
}
