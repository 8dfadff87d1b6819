// client.cc - gRPC's interoperability cases with gRPC C++; prints "CASE ok" or "CASE failed: why" for each.
//
//   client PORT CA CERT KEY
#include "test.grpc.pb.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using grpc::ClientContext;
using grpc::Status;
using grpc::StatusCode;
using namespace grpc::testing;

const std::vector<int> requests = {27182, 8, 1828, 45904}, answers = {31415, 9, 2653, 58979};
const char initial[] = "x-grpc-test-echo-initial", trailing[] = "x-grpc-test-echo-trailing-bin";

std::unique_ptr<TestService::Stub> stub;
std::unique_ptr<UnimplementedService::Stub> other;

// A context whose deadline is far away.
struct Context : ClientContext {
	explicit Context(int ms = 60000)
	{
		set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(ms));
	}
};

template <typename A, typename B> void equal(const A &got, const B &expected)
{
	if (got == expected)
		return;
	std::ostringstream text;
	text << got << " instead of " << expected;
	throw std::runtime_error(text.str());
}

void is(const Status &status, StatusCode code)
{
	if (status.error_code() != code)
		throw std::runtime_error("status " + std::to_string(status.error_code()) + " (" + status.error_message() +
			") instead of " + std::to_string(code));
}

SimpleRequest large()
{
	SimpleRequest request;
	request.set_response_size(314159);
	request.mutable_payload()->set_body(std::string(271828, '\0'));
	return request;
}

StreamingOutputCallRequest outputs(int size, int sent)
{
	StreamingOutputCallRequest request;
	request.add_response_parameters()->set_size(size);
	request.mutable_payload()->set_body(std::string(sent, '\0'));
	return request;
}

StreamingInputCallRequest inputs(int size)
{
	StreamingInputCallRequest request;
	request.mutable_payload()->set_body(std::string(size, '\0'));
	return request;
}

void empty_unary()
{
	Context context;
	Empty answer;
	is(stub->EmptyCall(&context, Empty(), &answer), StatusCode::OK);
	equal(answer.ByteSizeLong(), 0U);
}

void large_unary()
{
	Context context;
	SimpleResponse answer;
	is(stub->UnaryCall(&context, large(), &answer), StatusCode::OK);
	equal(answer.payload().body() == std::string(314159, '\0'), true);
}

void client_streaming()
{
	Context context;
	StreamingInputCallResponse answer;
	auto stream = stub->StreamingInputCall(&context, &answer);
	for (int size : requests)
		equal(stream->Write(inputs(size)), true);
	stream->WritesDone();
	is(stream->Finish(), StatusCode::OK);
	equal(answer.aggregated_payload_size(), 74922);
}

void server_streaming()
{
	Context context;
	StreamingOutputCallRequest request;
	StreamingOutputCallResponse answer;
	for (int size : answers)
		request.add_response_parameters()->set_size(size);
	auto stream = stub->StreamingOutputCall(&context, request);
	for (int size : answers) {
		equal(stream->Read(&answer), true);
		equal(answer.payload().body().size(), size_t(size));
	}
	equal(stream->Read(&answer), false);
	is(stream->Finish(), StatusCode::OK);
}

void ping_pong()
{
	Context context;
	StreamingOutputCallResponse answer;
	auto stream = stub->FullDuplexCall(&context);
	for (size_t i = 0; i < answers.size(); i++) {
		equal(stream->Write(outputs(answers[i], requests[i])), true);
		equal(stream->Read(&answer), true);
		equal(answer.payload().body().size(), size_t(answers[i]));
	}
	stream->WritesDone();
	equal(stream->Read(&answer), false);
	is(stream->Finish(), StatusCode::OK);
}

void empty_stream()
{
	Context context;
	StreamingOutputCallResponse answer;
	auto stream = stub->FullDuplexCall(&context);
	stream->WritesDone();
	equal(stream->Read(&answer), false);
	is(stream->Finish(), StatusCode::OK);
}

void timeout_on_sleeping_server()
{
	for (int ms : {1, 1000}) {
		Context context(ms);
		StreamingOutputCallRequest request = outputs(1, 27182);
		StreamingOutputCallResponse answer;
		request.mutable_response_parameters(0)->set_interval_us(5000000);
		auto stream = stub->FullDuplexCall(&context);
		stream->Write(request);
		equal(stream->Read(&answer), false);
		is(stream->Finish(), StatusCode::DEADLINE_EXCEEDED);
	}
}

void cancel_after_begin()
{
	Context context;
	StreamingInputCallResponse answer;
	auto stream = stub->StreamingInputCall(&context, &answer);
	context.TryCancel();
	is(stream->Finish(), StatusCode::CANCELLED);
}

void cancel_after_first_response()
{
	Context context;
	StreamingOutputCallResponse answer;
	auto stream = stub->FullDuplexCall(&context);
	equal(stream->Write(outputs(31415, 27182)), true);
	equal(stream->Read(&answer), true);
	equal(answer.payload().body().size(), 31415U);
	context.TryCancel();
	is(stream->Finish(), StatusCode::CANCELLED);
}

void refused_as_asked(const std::string &text, bool duplex)
{
	Context context;
	EchoStatus asked;
	Status status;
	asked.set_code(2);
	asked.set_message(text);
	if (duplex) {
		StreamingOutputCallRequest request;
		StreamingOutputCallResponse answer;
		*request.mutable_response_status() = asked;
		auto stream = stub->FullDuplexCall(&context);
		stream->Write(request);
		stream->WritesDone();
		equal(stream->Read(&answer), false);
		status = stream->Finish();
	} else {
		SimpleRequest request;
		SimpleResponse answer;
		*request.mutable_response_status() = asked;
		status = stub->UnaryCall(&context, request, &answer);
	}
	is(status, StatusCode::UNKNOWN);
	equal(status.error_message(), text);
}

void status_code_and_message()
{
	refused_as_asked("test status message", false);
	refused_as_asked("test status message", true);
}

void special_status_message()
{
	refused_as_asked("\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n", false);
}

void expect_echo(const ClientContext &context)
{
	const auto &head = context.GetServerInitialMetadata(), &tail = context.GetServerTrailingMetadata();
	const auto first = head.find(initial), last = tail.find(trailing);
	equal(first != head.end() && first->second == "test_initial_metadata_value", true);
	equal(last != tail.end() && last->second == "\xab\xab\xab", true);
}

void custom_metadata()
{
	Context unary, duplex;
	SimpleResponse one;
	StreamingOutputCallResponse answer;
	for (ClientContext *context : {&unary, &duplex}) {
		context->AddMetadata(initial, "test_initial_metadata_value");
		context->AddMetadata(trailing, "\xab\xab\xab");
	}
	is(stub->UnaryCall(&unary, large(), &one), StatusCode::OK);
	expect_echo(unary);
	auto stream = stub->FullDuplexCall(&duplex);
	equal(stream->Write(outputs(314159, 271828)), true);
	stream->WritesDone();
	equal(stream->Read(&answer), true);
	equal(stream->Read(&answer), false);
	is(stream->Finish(), StatusCode::OK);
	expect_echo(duplex);
}

void unimplemented_method()
{
	Context context;
	Empty answer;
	is(stub->UnimplementedCall(&context, Empty(), &answer), StatusCode::UNIMPLEMENTED);
}

void unimplemented_service()
{
	Context context;
	Empty answer;
	is(other->UnimplementedCall(&context, Empty(), &answer), StatusCode::UNIMPLEMENTED);
}

void client_compressed_unary()
{
	for (bool compressed : {false, true}) {
		Context context;
		SimpleRequest request = large();
		SimpleResponse answer;
		request.mutable_expect_compressed()->set_value(true);
		if (compressed)
			context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
		is(stub->UnaryCall(&context, request, &answer),
			compressed ? StatusCode::UNIMPLEMENTED : StatusCode::INVALID_ARGUMENT);
	}
}

void server_compressed_unary()
{
	Context context;
	SimpleRequest request = large();
	SimpleResponse answer;
	request.mutable_response_compressed()->set_value(true);
	is(stub->UnaryCall(&context, request, &answer), StatusCode::UNIMPLEMENTED);
}

void client_compressed_streaming()
{
	for (bool compressed : {false, true}) {
		Context context;
		StreamingInputCallRequest request = inputs(27182);
		StreamingInputCallResponse answer;
		request.mutable_expect_compressed()->set_value(true);
		if (compressed)
			context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
		auto stream = stub->StreamingInputCall(&context, &answer);
		stream->Write(request);
		stream->WritesDone();
		is(stream->Finish(), compressed ? StatusCode::UNIMPLEMENTED : StatusCode::INVALID_ARGUMENT);
	}
}

void server_compressed_streaming()
{
	Context context;
	StreamingOutputCallRequest request = outputs(31415, 0);
	StreamingOutputCallResponse answer;
	request.mutable_response_parameters(0)->mutable_compressed()->set_value(true);
	request.add_response_parameters()->set_size(92653);
	auto stream = stub->StreamingOutputCall(&context, request);
	equal(stream->Read(&answer), false);
	is(stream->Finish(), StatusCode::UNIMPLEMENTED);
}

std::string contents(const char *path)
{
	std::ifstream file(path);
	return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

const std::vector<std::pair<const char *, void (*)()>> cases = {
	{"empty_unary", empty_unary},
	{"large_unary", large_unary},
	{"client_streaming", client_streaming},
	{"server_streaming", server_streaming},
	{"ping_pong", ping_pong},
	{"empty_stream", empty_stream},
	{"timeout_on_sleeping_server", timeout_on_sleeping_server},
	{"cancel_after_begin", cancel_after_begin},
	{"cancel_after_first_response", cancel_after_first_response},
	{"status_code_and_message", status_code_and_message},
	{"special_status_message", special_status_message},
	{"custom_metadata", custom_metadata},
	{"unimplemented_method", unimplemented_method},
	{"unimplemented_service", unimplemented_service},
	{"client_compressed_unary", client_compressed_unary},
	{"server_compressed_unary", server_compressed_unary},
	{"client_compressed_streaming", client_compressed_streaming},
	{"server_compressed_streaming", server_compressed_streaming},
};

} // namespace

int main(int argc, char **argv)
{
	if (argc != 5)
		return 64;
	grpc::SslCredentialsOptions options;
	options.pem_root_certs = contents(argv[2]);
	options.pem_cert_chain = contents(argv[3]);
	options.pem_private_key = contents(argv[4]);
	auto channel = grpc::CreateChannel(std::string("localhost:") + argv[1], grpc::SslCredentials(options));
	stub = TestService::NewStub(channel);
	other = UnimplementedService::NewStub(channel);
	for (const auto &one : cases) {
		try {
			one.second();
			std::cout << one.first << " ok" << std::endl;
		} catch (const std::exception &error) {
			std::cout << one.first << " failed: " << error.what() << std::endl;
		}
	}
	return 0;
}
