"""WeChat: the official account, the mini program, and the emulator that tests and demo talk to."""
