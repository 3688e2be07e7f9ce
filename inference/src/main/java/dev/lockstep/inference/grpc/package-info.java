/**
 * The Open Inference Protocol by gRPC, beside HTTP: the same models, admission, deadlines and keys.
 */
@NullMarked
package dev.lockstep.inference.grpc;

import org.jspecify.annotations.NullMarked;
