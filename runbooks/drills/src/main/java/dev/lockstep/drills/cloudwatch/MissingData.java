package dev.lockstep.drills.cloudwatch;

/**
 * What an alarm takes a missing point for.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html">Alarms
 *     and missing data</a>
 */
public enum MissingData {
  /** Unknown: without any point the alarm has INSUFFICIENT_DATA. The default. */
  MISSING,
  /** Unknown: the alarm stays as it is. */
  IGNORE,
  BREACHING,
  NOT_BREACHING
}
