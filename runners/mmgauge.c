// SPDX-License-Identifier: GPL-2.0-or-later
/* mmgauge: how a command is found and run. */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "places.h"
#include "results/base/text.h"
#include "runners/cli/commands.h"
#include "runners/cli/help.h"
#include "runners/cli/options.h"

/*
 * A standard stream that is closed lends its number to the next file opened,
 * and what is printed then ends up in a result. One that refuses the printing
 * takes its place.
 */
static int hold_standard_streams(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	return fd < 0 ? -errno : close(fd);
}

/* There may be no stream to say it on, and no memory for one. */
static int cannot_start(void)
{
	const char *why = strerror(errno);

	dprintf(STDERR_FILENO,
		"mmgauge: start: %s: raise `ulimit -n` and `ulimit -v`\n", why);
	return EXIT_ERROR;
}

/*
 * jansson leaves out of an object what it has no memory for, and not everybody
 * who makes one looks.
 */
static void *json_memory(size_t size)
{
	void *memory = malloc(size);

	if (!memory)
		text_lose();
	return memory;
}

static int run_command(const struct command *command, int argc, char **argv)
{
	void *options = calloc(1, command->options_size + 1);
	struct error err = { "" };
	int operands, ret;

	if (!options)
		return cannot_start();
	ret = options_parse(command, argc, argv, options, &operands, &err);
	if (ret > 0)
		ret = help_command(stdout, command);
	else if (ret < 0)
		ret = command_error(&err);
	else
		ret = command->run(options, operands, argv + 1);
	options_free(command, options);
	free(options);
	/*
	 * A full disk behind stdout is an error too. A reader that went, as
	 * `head` does, has what it wants; what is written is written.
	 */
	if ((fflush(stdout) || ferror(stdout)) && !text_reader_gone()) {
		error_set(&err, -EIO,
			  "standard output: %s: only what is printed was "
			  "lost: give it another place",
			  strerror(errno));
		return command_error(&err);
	}
	if (text_lost() && ret != EXIT_ERROR) {
		error_set(&err, -ENOMEM,
			  "out of memory: some of what was asked for is "
			  "missing: raise `ulimit -v`");
		return command_error(&err);
	}
	return ret;
}

int main(int argc, char **argv)
{
	const struct command *command;
	struct error err;

	if (hold_standard_streams() ||
	    text_door(&stdout, STDOUT_FILENO,
		      isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF) ||
	    text_door(&stderr, STDERR_FILENO, _IONBF))
		return cannot_start();
	json_set_alloc_funcs(json_memory, free);
	if (argc < 2) {
		help_overview(stderr, commands);
		return EXIT_ERROR;
	}
	if (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help"))
		return help_overview(stdout, commands);
	if (!strcmp(argv[1], "--version"))
		return printf("mmgauge %s\n", MMGAUGE_VERSION) < 0;
	command = command_find(argv[1], &err);
	if (!command)
		return command_error(&err);
	return run_command(command, argc - 1, argv + 1);
}
