/** What the container image is built with, and what it promises to those who run it. */
@NullMarked
package dev.lockstep.inference.image;

import org.jspecify.annotations.NullMarked;
