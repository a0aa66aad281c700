// SPDX-License-Identifier: GPL-2.0-or-later
#include <signal.h>
#include <stddef.h>

#include "signals.h"
#include "results/base/process.h"

static void on_signal(int number)
{
	process_interrupted = number;
}

void signals_catch(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}
