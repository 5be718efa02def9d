// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// A shared library that is no plugin.
extern "C" int daybook_no_plugin();
extern "C" int daybook_no_plugin() { return 1; }
