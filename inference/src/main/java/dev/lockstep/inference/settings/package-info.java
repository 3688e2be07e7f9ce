/** What an operator may set: how a setting is declared, and how one that cannot be is refused. */
@NullMarked
package dev.lockstep.inference.settings;

import org.jspecify.annotations.NullMarked;
