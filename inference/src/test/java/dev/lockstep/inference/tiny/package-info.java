/** Models of a few kilobytes, made by the tests, whose every answer can be worked out by hand. */
@NullMarked
package dev.lockstep.inference.tiny;

import org.jspecify.annotations.NullMarked;
