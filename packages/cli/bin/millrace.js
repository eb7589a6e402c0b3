#!/usr/bin/env node
// Stands among the sources, as npm links the command when it installs, before the program is built.
import '../dist/main/bin.js';
