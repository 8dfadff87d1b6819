/* renkei - the client. */
#include "client.h"

int main(int argc, char **argv)
{
	return rk_client_main(argc, argv);
}
