/** Benchmarks, run by {@code mvn -Pbench -pl inference}; see the module's README. */
@NullMarked
package dev.lockstep.inference.bench;

import org.jspecify.annotations.NullMarked;
