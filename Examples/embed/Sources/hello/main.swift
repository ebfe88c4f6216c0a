import Server

var router = Router()
try router.get("/hello/:name") { request, response in
    response.set(text: "hello \(request.parameter("name") ?? "you")\n")
}
try router.get("/later") { request async throws in
    try await Task.sleep(for: .milliseconds(100))
    return Response(text: "at last\n")
}
let server = try HTTPServer(ServerConfiguration(), router: router)
print("http://\(server.addresses[0])/hello/you")
try server.run()
