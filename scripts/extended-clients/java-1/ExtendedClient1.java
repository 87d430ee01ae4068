// AWS's extended client for SQS in Java, version 1.0. Arguments and environment: ../programs.ts.
import com.amazon.sqs.javamessaging.AmazonSQSExtendedClient;
import com.amazon.sqs.javamessaging.ExtendedClientConfiguration;
import com.amazonaws.client.builder.AwsClientBuilder.EndpointConfiguration;
import com.amazonaws.handlers.HandlerBeforeAttemptContext;
import com.amazonaws.handlers.RequestHandler2;
import com.amazonaws.services.s3.AmazonS3;
import com.amazonaws.services.s3.AmazonS3ClientBuilder;
import com.amazonaws.services.sqs.AmazonSQS;
import com.amazonaws.services.sqs.AmazonSQSClientBuilder;
import com.amazonaws.services.sqs.model.Message;
import com.amazonaws.services.sqs.model.MessageAttributeValue;
import com.amazonaws.services.sqs.model.ReceiveMessageRequest;
import com.amazonaws.services.sqs.model.SendMessageRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

public final class ExtendedClient1 {
  private static final EndpointConfiguration ENDPOINT =
      new EndpointConfiguration(System.getenv("ENDPOINT"), System.getenv("AWS_REGION"));

  public static void main(String[] args) throws Exception {
    AmazonSQS client = client();
    if (args[0].equals("read")) {
      for (String queueUrl : Arrays.copyOfRange(args, 1, args.length)) read(client, queueUrl);
    } else {
      send(client, args[1], new String(System.in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static void read(AmazonSQS client, String queueUrl) {
    // All attributes: the emulator's checksum is always that of all, and the SDK checks it.
    ReceiveMessageRequest request =
        new ReceiveMessageRequest(queueUrl).withWaitTimeSeconds(5).withMessageAttributeNames("All");
    Message message = client.receiveMessage(request).getMessages().get(0);
    System.out.println(Base64.getEncoder().encodeToString(message.getBody().getBytes(StandardCharsets.UTF_8)));
    client.deleteMessage(queueUrl, message.getReceiptHandle());
  }

  private static void send(AmazonSQS client, String queueUrl, String body) {
    SendMessageRequest request = new SendMessageRequest(queueUrl, body)
        .addMessageAttributesEntry(
            "eventType", new MessageAttributeValue().withDataType("String").withStringValue("NameChanged"))
        .withMessageGroupId("C-1")
        .withMessageDeduplicationId("m-1");
    client.sendMessage(request);
  }

  private static AmazonSQS client() {
    // The emulator does not know the chunks in which this SDK uploads.
    AmazonS3 s3 = AmazonS3ClientBuilder.standard().withEndpointConfiguration(ENDPOINT)
        .withPathStyleAccessEnabled(true).withChunkedEncodingDisabled(true).build();
    ExtendedClientConfiguration configuration = new ExtendedClientConfiguration()
        .withLargePayloadSupportEnabled(s3, System.getenv("BUCKET")).withAlwaysThroughS3(true);
    AmazonSQS plain = AmazonSQSClientBuilder.standard().withEndpointConfiguration(ENDPOINT)
        .withRequestHandlers(new ToTheEndpoint()).build();
    return new AmazonSQSExtendedClient(plain, configuration);
  }

  /** This SDK posts to the queue's URL, which the emulator takes for a request to S3. */
  private static final class ToTheEndpoint extends RequestHandler2 {
    @Override
    public void beforeAttempt(HandlerBeforeAttemptContext context) {
      context.getRequest().setResourcePath("/");
    }
  }
}
