/**
 * What somebody who watches an account is shown: a picture of one moment, and nothing that changes.
 */
@NullMarked
package dev.lockstep.drills.view;

import org.jspecify.annotations.NullMarked;
