// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "places.h"
#include "results/base/terms.h"
#include "help.h"
#include "options.h"

int help_overview(FILE *to, const struct command *const *commands)
{
	fputs("mmgauge: what mirroring, pinning and synchronising an address "
	      "space costs,\nand which kernel made it slower\n\n"
	      "usage: mmgauge COMMAND [OPTION...] [ARGUMENT...]\n\n",
	      to);
	for (const struct command *const *at = commands; *at; at++)
		fprintf(to, "  %-10s %s\n", (*at)->name, (*at)->summary);
	fputs("\n`mmgauge COMMAND -h` tells more, `mmgauge help terms` what "
	      "words mean.\nExit codes: 0 fine, 1 a regression was found, 2 "
	      "an error, 77 nothing could\nrun here.\n",
	      to);
	return EXIT_FINE;
}

/* "-o, --output PATH" */
static int option_usage(char *text, size_t size, const struct option_row *row)
{
	const char *argument = row->kind == OPTION_CHOICE ?
				       option_choices(row) :
				       row->argument;
	const char *between = row->kind == OPTION_SET ? "[=" :
			      argument		      ? " " :
							"";
	char letter[8] = "    ";

	if (row->letter)
		snprintf(letter, sizeof(letter), "-%c, ", row->letter);
	return snprintf(text, size, "%s--%s%s%s%s", letter, row->name, between,
			argument ? argument : "", *between == '[' ? "]" : "");
}

/* What an option does, and takes where another table knows. */
static const char *option_help(const struct option_row *row, char *text,
			       size_t size)
{
	bool more = row->forms && row->kind != OPTION_CHOICE &&
		    row->kind != OPTION_SET;

	snprintf(text, size, "%s%s%s", row->help, more ? " " : "",
		 more ? row->forms() : "");
	return text;
}

/* Break @text at blanks, every line after the first behind @indent blanks. */
static void print_wrapped(FILE *to, const char *text, int indent, int width)
{
	int column = indent;

	while (*text) {
		int word = (int)strcspn(text, " \n");

		if (column > indent && column + 1 + word > width) {
			fprintf(to, "\n%*s", indent, "");
			column = indent;
		} else if (column > indent) {
			fputc(' ', to);
			column++;
		}
		fwrite(text, 1, (size_t)word, to);
		column += word;
		text += word;
		if (*text == '\n') {
			fprintf(to, "\n%*s", indent, "");
			column = indent;
		}
		text += *text != '\0';
	}
	fputc('\n', to);
}

/* The arguments that do not fit stand under the first. */
static void print_usage(FILE *to, const struct command *command)
{
	int indent = fprintf(to, "usage: mmgauge %s", command->name);
	char arguments[128];

	snprintf(arguments, sizeof(arguments), "%s%s%s",
		 command->options && command->options->name ? "[OPTION...]" :
							      "",
		 *command->arguments ? " " : "", command->arguments);
	fputc(' ', to);
	print_wrapped(to, arguments, indent + 1, 78);
}

int help_command(FILE *to, const struct command *command)
{
	const struct option_row *row = command->options;

	fprintf(to, "mmgauge %s: %s\n\n", command->name, command->summary);
	print_usage(to, command);
	if (command->details) {
		fputc('\n', to);
		print_wrapped(to, command->details, 0, 78);
	}
	if (row && row->name)
		fputs("\noptions:\n", to);
	for (; row && row->name; row++) {
		char usage[80], help[1024];

		option_usage(usage, sizeof(usage), row);
		fprintf(to, "  %-27s ", usage);
		if (strlen(usage) > 27)
			fprintf(to, "\n%30s", "");
		print_wrapped(to, option_help(row, help, sizeof(help)), 30, 78);
	}
	return EXIT_FINE;
}

int help_terms(FILE *to)
{
	for (const struct term *term = terms; term->name; term++) {
		fprintf(to, "%-14s", term->name);
		fprintf(to, strlen(term->name) > 14 ? "\n%15s" : "%s", " ");
		print_wrapped(to, term->meaning, 15, 78);
	}
	return EXIT_FINE;
}

/* roff takes a leading dot or quote for a request, and '-' for a hyphen. */
static void print_roff(FILE *to, const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", to);
	for (; *text; text++)
		if (*text == '\\')
			fputs("\\e", to);
		else if (*text == '-')
			fputs("\\-", to);
		else
			fputc(*text, to);
}

static void man_command(FILE *to, const struct command *command)
{
	const struct option_row *row = command->options;

	fprintf(to, ".SS mmgauge %s ", command->name);
	print_roff(to, command->arguments);
	fputs("\n", to);
	print_roff(to, command->summary);
	fputs(".\n", to);
	if (command->details) {
		fputs(".PP\n", to);
		print_roff(to, command->details);
		fputc('\n', to);
	}
	for (; row && row->name; row++) {
		char usage[80], help[1024];
		const char *start = usage;

		option_usage(usage, sizeof(usage), row);
		start += strspn(usage, " ");
		fputs(".TP\n.B ", to);
		print_roff(to, start);
		fputc('\n', to);
		print_roff(to, option_help(row, help, sizeof(help)));
		fputc('\n', to);
	}
}

int help_man(FILE *to, const struct command *const *commands)
{
	fprintf(to,
		".TH MMGAUGE 1 \"\" \"mmgauge %s\"\n.SH NAME\n"
		"mmgauge \\- what mirroring, pinning and synchronising an "
		"address space costs\n.SH SYNOPSIS\n.B mmgauge\n"
		".I COMMAND\n[\\fIOPTION\\fR...] [\\fIARGUMENT\\fR...]\n"
		".SH DESCRIPTION\nRuns benchmarks of Linux memory management on "
		"this kernel or in guests, compares results and tells "
		"regressions.\n.SH COMMANDS\n",
		MMGAUGE_VERSION);
	for (const struct command *const *at = commands; *at; at++)
		man_command(to, *at);
	fputs(".SH TERMS\n", to);
	for (const struct term *term = terms; term->name; term++) {
		fputs(".TP\n.B ", to);
		print_roff(to, term->name);
		fputc('\n', to);
		print_roff(to, term->meaning);
		fputc('\n', to);
	}
	fputs(".SH EXIT STATUS\n0 fine; 1 a regression, or what \\-\\-fail\\-on "
	      "names; 2 an error; 77 nothing could run here.\n"
	      ".SH ENVIRONMENT\nXDG_CACHE_HOME, XDG_DATA_HOME: where kernels "
	      "and results are kept. NO_COLOR: no colours. MMGAUGE_STORE: "
	      "another place for results.\n",
	      to);
	return EXIT_FINE;
}
