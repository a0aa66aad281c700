// SPDX-License-Identifier: GPL-2.0-or-later
/* The doctor on another machine. */
#include <errno.h>
#include <stdio.h>

#include "runners/base/paths.h"
#include "ssh_doctor.h"
#include "ssh_target.h"

/* Its noise is measured in less than ten seconds of a machine that is idle. */
#define DOCTOR_SECONDS 300.0

static void note(const char *text, void *data)
{
	(void)data;
	fprintf(stderr, "%s\n", text);
}

static int ask(const struct ssh *ssh, bool quick, json_t **document,
	       struct error *err)
{
	struct ssh_session session;
	int ret = ssh_session_start(ssh, paths_agent(), &session, note, NULL,
				    err);

	if (ret)
		return ret;
	ret = ssh_session_ask(
		&session,
		json_pack("{s:s, s:b}", "do", "doctor", "quick", quick),
		DOCTOR_SECONDS, document, err);
	if (!ret)
		ret = ssh_session_check(&session, json_incref(*document), err);
	ssh_session_end(&session, note, NULL);
	return ret;
}

int ssh_doctor(const char *spec, bool quick, json_t **document,
	       struct error *err)
{
	struct ssh_target machine = { 0 };
	int ret;

	if (ssh_parse(spec, &machine.ssh))
		return error_set(
			err, -EINVAL,
			"--on: no machine '%s': give host or " SSH_FORM, spec);
	ret = ssh_open(&machine.ssh, err);
	if (!ret)
		ret = ssh_machine_probe(&machine, err);
	if (!ret)
		ret = ask(&machine.ssh, quick, document, err);
	ssh_close(&machine.ssh);
	return ret;
}
