/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The settings of a configuration: a row each in configuration_keys.c, which
 * --config, files of machines, help and list are made of.
 */
#ifndef MMGAUGE_CONFIGURATION_KEYS_H
#define MMGAUGE_CONFIGURATION_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#define CONFIGURATION_KEYS_MAX 32
#define CONFIGURATION_CPUS_MAX 8
#define CONFIGURATION_WRITES 4
#define CONFIGURATION_TEXT 128

/* A file of the guest's is written, or made: a folder, or a mount of a type. */
struct configuration_write {
	const char *path;
	const char *text; /* NULL: make the folder */
	const char *mount; /* the type of what is mounted there; else NULL */
};

/* It took where @path has @word, or where it has @word not. */
struct configuration_check {
	const char *path; /* "log": the kernel's messages */
	const char *word; /* between blanks or brackets; NULL: cannot be told */
	int lacks;
};

/* Of a kernel that is built here: a variable of make's, or fragments. */
#define CONFIGURATION_FRAGMENTS "fragments"

struct configuration_value {
	const char *name;
	const char *append; /* to the kernel's command line; else NULL */
	const char *cpu; /* to QEMU's CPU; else NULL */
	const char *model; /* of QEMU's, in place of the plain CPU; else NULL */
	/* As `uname -m` has it: the only one with such CPUs; NULL: any. */
	const char *arch;
	int boot_code; /* the image's own has to set it up */
	unsigned int number; /* of CPUs, of nodes */
	struct configuration_write writes[CONFIGURATION_WRITES];
	struct configuration_check check;
};

struct configuration_key {
	const char *name;
	const char *summary;
	const struct configuration_value *values; /* ends with a NULL name */
	const char *form; /* of any text that goes; NULL: only the values go */
	/* And what it is for. What is built: CONFIGURATION_FRAGMENTS or "CC". */
	const char *builds;
	bool appends; /* words of the kernel's command line */
	/* Files of the guest's in this folder, "NAME=TEXT[+NAME=TEXT...]". */
	const char *files;
	unsigned int least, most; /* a number */
};

/* Ends with a NULL name. */
extern const struct configuration_key configuration_keys[];

#endif
