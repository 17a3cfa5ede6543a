"""What a user of the emulator decides: numbers, callees, pace and faults."""
