// SPDX-License-Identifier: GPL-2.0-or-later
/* What makes a shell ask `mmgauge help --complete` at a tab. */
#include <string.h>

#include "help.h"

/*
 * bash splits words at ':' and '=' too: what is before the last of these has
 * been typed and must not come again.
 */
static const char bash[] =
	"# bash completion for mmgauge\n"
	"_mmgauge() {\n"
	"\tlocal line=${COMP_LINE:0:COMP_POINT} cur=${COMP_WORDS[COMP_CWORD]}\n"
	"\tlocal words before=\n"
	"\tread -ra words <<<\"$line\"\n"
	"\t[[ $line == *[[:space:]] ]] && words+=('')\n"
	"\t[[ $cur == [:=] ]] && cur=\n"
	"\tbefore=${words[-1]%\"$cur\"}\n"
	"\tlocal IFS=$'\\n'\n"
	"\tCOMPREPLY=($(\"${words[0]}\" help --complete -- \"${words[@]:1}\" "
	"2>/dev/null | cut -f 1))\n"
	"\tCOMPREPLY=(\"${COMPREPLY[@]#\"$before\"}\")\n"
	"\t[[ ${COMPREPLY[*]} == *[:=] ]] && compopt -o nospace\n"
	"\treturn 0\n"
	"}\n"
	"complete -o default -F _mmgauge mmgauge\n";

static const char zsh[] = "#compdef mmgauge\n"
			  "# zsh completion for mmgauge\n"
			  "local -a found shown\n"
			  "local line\n"
			  "for line in ${(f)\"$(${words[1]} help --complete -- "
			  "\"${(@Q)words[2,CURRENT]}\" 2>/dev/null)\"}; do\n"
			  "\tfound+=(\"${line%%$'\\t'*}\")\n"
			  "\tshown+=(\"${line%%$'\\t'*}  ${line#*$'\\t'}\")\n"
			  "done\n"
			  "if (( $#found )); then\n"
			  "\tcompadd -l -d shown -- $found\n"
			  "else\n"
			  "\t_files\n"
			  "fi\n";

/* fish reads a word, a tab and what it is as it stands. */
static const char fish[] =
	"# fish completion for mmgauge\n"
	"function __mmgauge_complete\n"
	"\tset -l words (commandline -opc) (commandline -ct)\n"
	"\t$words[1] help --complete -- $words[2..-1] 2>/dev/null\n"
	"end\n"
	"complete -c mmgauge -a '(__mmgauge_complete)'\n";

int help_completion(FILE *to, const char *shell)
{
	fputs(!strcmp(shell, "zsh")  ? zsh :
	      !strcmp(shell, "fish") ? fish :
				       bash,
	      to);
	return EXIT_FINE;
}
