// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mmgauge-agent: the static program that measures.
 *
 *	mmgauge-agent trial	a request on standard input, FRAME_TRIAL out
 *	mmgauge-agent hello	FRAME_HELLO out
 *	mmgauge-agent serve DIR	on another machine: host/serve.h
 *	mmgauge-agent clean DIR	put back what a serve left that was killed
 *	/init			in a guest: guest_main()
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "runners/trial/agent_guest.h"
#include "runners/base/frame.h"
#include "runners/host/serve.h"
#include "runners/trial/machine.h"
#include "runners/trial/measure.h"

static int complain(const char *what)
{
	fprintf(stderr, "mmgauge-agent: %s\n", what);
	return 2;
}

static int send_frame(enum frame_type type, json_t *payload)
{
	int ret = payload ? frame_write(STDOUT_FILENO, type, payload) : -1;

	json_decref(payload);
	return ret ? complain("cannot answer") : 0;
}

static int trial_main(void)
{
	json_t *document = json_loadfd(STDIN_FILENO, 0, NULL);
	struct measure_request request;
	struct measure_reply reply;
	struct error err;
	int ret;

	if (!document)
		return complain("no request on standard input");
	ret = measure_request_from_json(document, &request, &err);
	json_decref(document);
	if (ret) {
		measure_request_free(&request);
		return complain(err.text);
	}
	measure_trial(&request, &reply);
	ret = send_frame(FRAME_TRIAL, measure_reply_to_json(&reply));
	trial_free(&reply.trial);
	measure_request_free(&request);
	return ret;
}

int main(int argc, char **argv)
{
	if (getpid() == 1)
		return guest_main();
	if (argc == 2 && !strcmp(argv[1], "trial"))
		return trial_main();
	if (argc == 2 && !strcmp(argv[1], "hello"))
		return send_frame(FRAME_HELLO, machine_describe());
	if (argc == 3 && !strcmp(argv[1], "serve"))
		return serve_main(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "clean"))
		return serve_clean(argv[2]);
	return complain("this is mmgauge's agent: run mmgauge instead");
}
