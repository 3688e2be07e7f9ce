/**
 * The jar as it is deployed: unpacked, under Lambda's own runtime interface client, in a process of
 * its own, against a runtime API and an account that speak HTTP on loopback.
 */
package dev.lockstep.scaler.packaged;
