package dev.lockstep.drills.control;

/** Looks after the hosts of a policy that decides on tasks. */
interface HostKeeper {

  /** The policy wants so many tasks from now on. */
  void tasksWanted(int tasks);
}
