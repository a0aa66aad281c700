/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The agent on another machine, at the end of a connection.
 *
 * On standard input come messages, a line of JSON each: {"do": "trial", ...},
 * and what it wants (serve_actions.c). {"do": "file", "name": N, "bytes": B} is
 * followed by so many bytes, for a file in the agent's folder; {"do": "end"} is
 * the last. An empty line says that somebody is there: who says nothing for
 * SERVE_SILENCE is gone, as is who closes its end. On standard output a
 * FRAME_DONE answers each message, with {"error": TEXT} where it went wrong.
 *
 * Before, a FRAME_BEGIN says {"waits": true} while another agent serves on this
 * machine, and {"waits": false} when this one does.
 */
#ifndef MMGAUGE_SERVE_H
#define MMGAUGE_SERVE_H

#include <jansson.h>

#define SERVE_SILENCE 60 /* seconds */
#define SERVE_BUILD_SECONDS 900
#define SERVE_MODULE "module" /* files lie here, in the agent's folder */

/*
 * Serve until all is said or nobody is there, then put everything back: its
 * module is unloaded, what was tuned restored, @folder removed. The exit code.
 */
int serve_main(const char *folder);

/* Only the latter: for who was killed. What could not be is told on stderr. */
int serve_clean(const char *folder);

/* --- serve_actions.c: each in a process of its own --- */

/* The answer to @message, in @folder; NULL: no such action. */
json_t *serve_act(const char *folder, const json_t *message);

/* Put back what actions did; lines for people go to @lines, an array. */
void serve_undo(const char *folder, json_t *lines);

#endif
