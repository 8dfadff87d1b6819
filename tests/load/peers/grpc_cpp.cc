// A peer for comparison, no part of renkei: SubmitReport with gRPC's own C++ library (callback API) and libpq, one durable
// transaction a call through the same SQL function.  README.md says what it leaves out.
//
//	peer_grpc_cpp LISTEN CA CERT KEY VERDICT.json KEY_ID CONNECTIONS      (the database is libpq's environment)

#include "renkei/v1/report_service.grpc.pb.h"

#include <google/protobuf/util/json_util.h>
#include <grpcpp/grpcpp.h>
#include <libpq-fe.h>

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace util = google::protobuf::util;
using renkei::v1::ReportService;
using renkei::v1::SubmitReportRequest;
using renkei::v1::SubmitReportResponse;

namespace {

struct Who {
	std::string uri, spki;
};

struct Job {
	const SubmitReportRequest *request;
	SubmitReportResponse *response;
	grpc::ServerUnaryReactor *reactor;
};

[[noreturn]] void die(const std::string &what)
{
	fprintf(stderr, "peer_grpc_cpp: %s\n", what.c_str());
	exit(1);
}

std::string read_file(const char *path)
{
	std::ifstream in(path);

	if (!in)
		die(path);
	return {std::istreambuf_iterator<char>(in), {}};
}

PGconn *connect()
{
	PGconn *db = PQconnectdb("");

	if (PQstatus(db) != CONNECTION_OK)
		die(PQerrorMessage(db));
	PGresult *result = PQprepare(db, "submit",
		"select renkei_api.submit_report($1, $2, $3, 'f', $4, $5::jsonb, $6::jsonb, $7)", 0, nullptr);
	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		die(PQerrorMessage(db));
	PQclear(result);
	return db;
}

class Service final : public ReportService::CallbackService {
    public:
	Service(std::string verdict, std::string key_id, int connections)
		: verdict_(std::move(verdict)), key_id_(std::move(key_id))
	{
		learn();
		for (int i = 0; i < connections; i++)
			std::thread([this] { work(connect()); }).detach();
	}

	grpc::ServerUnaryReactor *SubmitReport(grpc::CallbackServerContext *context,
		const SubmitReportRequest *request, SubmitReportResponse *response) override
	{
		auto *reactor = context->DefaultReactor();
		{
			std::lock_guard<std::mutex> lock(mutex_);
			jobs_.push_back({request, response, reactor});
		}
		ready_.notify_one();
		return reactor;
	}

    private:
	// Who may submit for whom is asked once: this peer looks at no certificate.
	void learn()
	{
		PGconn *db = connect();
		PGresult *rows = PQexecParams(db,
			"select p.municipality_code, p.principal_uri, k.spki_sha256 from renkei.principal p "
			"join renkei.certificate k on k.principal_uri = p.principal_uri "
			"where p.role = 'municipality' and k.revoked_at is null",
			0, nullptr, nullptr, nullptr, nullptr, 1);

		if (PQresultStatus(rows) != PGRES_TUPLES_OK)
			die(PQerrorMessage(db));
		for (int i = 0; i < PQntuples(rows); i++)
			who_[PQgetvalue(rows, i, 0)] = {PQgetvalue(rows, i, 1),
				std::string(PQgetvalue(rows, i, 2), (size_t)PQgetlength(rows, i, 2))};
		PQclear(rows);
		PQfinish(db);
	}

	void work(PGconn *db)
	{
		for (;;) {
			std::unique_lock<std::mutex> lock(mutex_);
			ready_.wait(lock, [this] { return !jobs_.empty(); });
			Job job = jobs_.front();
			jobs_.pop_front();
			lock.unlock();
			job.reactor->Finish(submit(db, *job.request, job.response));
		}
	}

	grpc::Status submit(PGconn *db, const SubmitReportRequest &request, SubmitReportResponse *response)
	{
		const auto known = who_.find(request.report().municipality_code());
		const std::string report = request.report().SerializeAsString();
		std::string document;
		util::JsonPrintOptions print;

		if (known == who_.end())
			return {grpc::PERMISSION_DENIED, "nobody submits for this municipality"};
		print.preserve_proto_field_names = true;
		if (!util::MessageToJsonString(request.report(), &document, print).ok())
			return {grpc::INVALID_ARGUMENT, "the report has no JSON"};

		const char *values[] = {known->second.uri.c_str(), known->second.spki.data(),
			request.request_id().c_str(), report.data(), document.c_str(), verdict_.c_str(),
			key_id_.c_str()};
		const int lengths[] = {0, (int)known->second.spki.size(), 0, (int)report.size(), 0, 0, 0};
		const int formats[] = {0, 1, 0, 1, 0, 0, 0};
		PGresult *result = PQexecPrepared(db, "submit", 7, values, lengths, formats, 0);
		grpc::Status status = PQresultStatus(result) == PGRES_TUPLES_OK
			? answer(PQgetvalue(result, 0, 0), response)
			: grpc::Status(grpc::INTERNAL, PQerrorMessage(db));
		PQclear(result);
		return status;
	}

	grpc::Status answer(const char *outcome, SubmitReportResponse *response)
	{
		util::JsonParseOptions parse;

		parse.ignore_unknown_fields = true;
		if (!util::JsonStringToMessage(outcome, response, parse).ok() || !response->has_receipt())
			return {grpc::FAILED_PRECONDITION, outcome};
		return grpc::Status::OK;
	}

	const std::string verdict_, key_id_;
	std::map<std::string, Who> who_;
	std::mutex mutex_;
	std::condition_variable ready_;
	std::deque<Job> jobs_;
};

} // namespace

int main(int argc, char **argv)
{
	if (argc != 8)
		die("LISTEN CA CERT KEY VERDICT.json KEY_ID CONNECTIONS");

	grpc::SslServerCredentialsOptions tls(
		GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
	tls.pem_root_certs = read_file(argv[2]);
	tls.pem_key_cert_pairs.push_back({read_file(argv[4]), read_file(argv[3])});

	Service service(read_file(argv[5]), argv[6], atoi(argv[7]));
	grpc::ServerBuilder builder;
	builder.AddListeningPort(argv[1], grpc::SslServerCredentials(tls));
	builder.RegisterService(&service);
	auto server = builder.BuildAndStart();
	if (!server)
		die("cannot listen");
	printf("ready\n");
	fflush(stdout);
	server->Wait();
}
